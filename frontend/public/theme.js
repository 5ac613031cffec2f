// Runs before the first paint, as a file of its own, so that the policy can forbid inline scripts and no wrong theme flashes.
(function () {
  var root = document.documentElement;
  var chosen = null;
  try {
    chosen = localStorage.getItem("theme");
    var density = localStorage.getItem("density");
    if (density === "compact" || density === "roomy") root.dataset.density = density;
  } catch (_) {}
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
})();
