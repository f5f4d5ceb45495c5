import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/rest";
import { Failure, Loading } from "../part/state";

/** A component whose code is fetched when it is first shown. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const [, set_done] = useState(loaded !== null);
    const [failed, set_failed] = useState(false);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => ((loaded = component), set_done(true)),
        () => set_failed(true),
      );
    }, []);
    if (loaded) {
      const Component = loaded;
      return <Component {...props} />;
    }
    // Another version of the server has other file names: only a new page knows them.
    if (failed) return <Failure error={new ApiError("unavailable", "this part of the page could not be loaded")} retry={() => location.reload()} />;
    return <Loading />;
  };
}
