import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style/tokens.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/shell.css";
import "./style/panel.css";
import "./style/pages.css";
import { App } from "./app/app";

render(<App />, document.getElementById("app")!);
