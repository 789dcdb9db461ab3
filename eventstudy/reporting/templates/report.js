"use strict";
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 3) continue;
  const key = (row, i) => {
    const cell = row.cells[i];
    const value = cell.dataset.value;
    return value === undefined ? (cell.classList.contains("num") ? NaN : cell.textContent) : +value;
  };
  [...table.tHead.rows[0].cells].forEach((head, i) => {
    if (head.dataset.sort === "no") return;
    const button = document.createElement("button");
    button.className = "sort";
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") !== "descending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sign = down ? -1 : 1;
      const rows = [...body.rows].map((row, place) => [key(row, i), place, row]);
      rows.sort(([a, p], [b, q]) => {
        if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b) || p - q;
        const order = typeof a === "string" ? a.localeCompare(b) : a - b;
        return sign * order || p - q;
      });
      body.append(...rows.map((entry) => entry[2]));
    });
  });
}
const open = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", open);
open();
