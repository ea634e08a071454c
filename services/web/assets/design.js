// Starts the design system's own behaviour (skip link, sortable tables, error summary). Loaded only when it is there.
import { initAll } from "./nhsuk-frontend.min.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();
