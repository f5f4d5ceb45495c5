declare module "virtual:land-coarse" {
  const address: string;
  export default address;
}
declare module "virtual:land-fine" {
  const address: string;
  export default address;
}
