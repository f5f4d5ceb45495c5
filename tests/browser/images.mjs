// Renews docs/images: the page after some minutes of the simulator, light and dark.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { System } from "./system.mjs";

const minutes = Number(process.env.MINUTES ?? 12);
const target = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const system = new System(["--simulate", "1400"]);
await system.start();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: process.getuid() === 0 ? ["--no-sandbox"] : [] });
try {
  await new Promise((done) => setTimeout(done, minutes * 60_000));
  const alarms = await system.alarms("state=ACTIVE_UNACK&limit=100");
  for (const one of alarms.filter((_, i) => i % 9 === 4)) await fetch(`http://${system.web}/api/alarms/${one.id}/acknowledge`, { method: "POST", body: "{}" });
  for (const [name, colorScheme] of [["page", "light"], ["page-dark", "dark"]]) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1160 }, colorScheme, reducedMotion: "reduce" });
    await page.goto(system.page("#/?range=15m"));
    await page.waitForFunction(() => document.querySelector(".map-points")?.dataset.points === "50000" && document.querySelectorAll(".chart").length === 2);
    await page.waitForTimeout(3000);
    await page.screenshot({ path: join(target, `${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  await system.stop();
}
