// The system under test as the tests see it: a real azud, its REST and its ingress.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export async function wait_until(condition, what, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what} did not come true within ${seconds} s`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** A sensor that reports nothing unusual, with what is said here. */
const reading = ({ movement = false, smoke = false, temperature = 20, max = 30 }) => `${movement},${smoke},${temperature},${max}`;

export class System {
  #child;
  #answers;

  /** Options of `azud demo sensor-alarms`. */
  constructor(options = ["--simulate", "off"]) {
    this.#child = spawn("python3", [fileURLToPath(new URL("control.py", import.meta.url)), ...options], { stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async #say(word) {
    this.#child.stdin.write(word + "\n");
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("azud could not be started: see above");
    Object.assign(this, JSON.parse(value));
  }
  start = () => this.#say("start");
  kill = () => this.#say("kill");
  async stop() {
    const ended = new Promise((done) => this.#child.on("exit", done));
    this.#child.stdin.end("stop\n");
    await ended;
  }

  page = (route = "") => `http://${this.web}/${route}`;

  async get(path) {
    const answer = await fetch(`http://${this.web}${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async query(query) {
    const answer = await fetch(`http://${this.web}/api/query`, { method: "POST", body: JSON.stringify({ query }) });
    if (!answer.ok) throw new Error(`query: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async write(topic, body) {
    const answer = await fetch(`http://${this.ingress}/topics/${topic}/messages?sync`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    if (!answer.ok) throw new Error(`${topic}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  report = (id, state = {}) => this.write("ENTRY", `${id},${reading(state)}`);
  repair = (id) => this.write("OK", `${id},${reading({})}`);

  alarms = async (filter = "state=active") => (await this.get(`/api/alarms?limit=1000&${filter}`)).alarms;
  /** Waits until exactly these are active, as `type id`. */
  active = (wanted) => {
    const text = wanted.slice().sort().join();
    return wait_until(async () => (await this.alarms()).map(name_of).sort().join() === text, `active: ${text}`);
  };
}

export const name_of = (alarm) => `${alarm.type} ${alarm.originator}`;
