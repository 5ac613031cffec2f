// Search and "select all" on the consent page. Without it the page is a plain form that works just as well.
const rows = [...document.querySelectorAll(".choices li")];
const boxes = rows.map((row) => row.querySelector("input"));
const search = document.getElementById("search");
const all = document.getElementById("all");

function shown() {
  return boxes.filter((_, i) => !rows[i].hidden);
}

function tell() {
  const ticked = boxes.filter((box) => box.checked).length;
  const seen = shown();
  document.getElementById("count").value = `${ticked} of ${boxes.length} chosen`;
  document.getElementById("none").hidden = seen.length > 0;
  all.checked = seen.length > 0 && seen.every((box) => box.checked);
  all.indeterminate = !all.checked && seen.some((box) => box.checked);
}

search.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase();
  for (const row of rows) row.hidden = !row.dataset.name.includes(wanted);
  tell();
});
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});
all.addEventListener("change", () => {
  for (const box of shown()) box.checked = all.checked;
  tell();
});
document.querySelector(".choices").addEventListener("change", tell);
document.getElementById("tools").hidden = false;
tell();
