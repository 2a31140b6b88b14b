"use strict";
// What the pages do beyond links: sort and filter tables, switch layers, tell about marks.

function valueOf(row, column) {
  const raw = row.cells[column].dataset.value ?? row.cells[column].textContent;
  const number = Number(raw.replaceAll(",", ""));
  return raw.trim() === "" || Number.isNaN(number) ? raw : number;
}

function compare(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const falls = head.getAttribute("aria-sort") !== "descending";
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", falls ? "descending" : "ascending");
      const body = table.tBodies[0];
      const rows = [...body.rows].sort((a, b) => compare(valueOf(a, column), valueOf(b, column)));
      body.append(...(falls ? rows.reverse() : rows));
    });
  });
}

for (const select of document.querySelectorAll("[data-slices]")) {
  select.addEventListener("change", () => {
    for (const row of document.getElementById(select.dataset.slices).tBodies[0].rows) {
      row.hidden = row.dataset.slice !== select.value;
    }
  });
}

for (const input of document.querySelectorAll("[data-filter]")) {
  const rows = [...document.getElementById(input.dataset.filter).tBodies[0].rows];
  const count = document.querySelector(`[data-count="${input.dataset.filter}"]`);
  input.addEventListener("input", () => {
    const word = input.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(word);
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
  });
}

for (const select of document.querySelectorAll("[data-voices]")) {
  select.addEventListener("change", () => {
    for (const item of document.querySelectorAll("[data-voice]")) {
      item.hidden = select.value !== "" && item.dataset.voice !== select.value;
    }
  });
}

const main = document.getElementById("main");
for (const box of document.querySelectorAll("[data-layer]")) {
  const apply = () => {
    if (box.dataset.layer === "ev") main.classList.toggle("show-ev", box.checked);
    else main.classList.toggle(`hide-${box.dataset.layer}`, !box.checked);
  };
  box.addEventListener("change", apply);
  apply();
}
for (const box of document.querySelectorAll("[data-only-errors]")) {
  box.addEventListener("change", () => main.classList.toggle("errors-only", box.checked));
}

const details = document.querySelector("[data-details]");
if (details !== null) {
  const tell = (event) => {
    const told = [];
    for (let mark = event.target.closest("mark"); mark !== null; mark = mark.parentElement.closest("mark")) {
      if (mark.classList.contains("ev") && !main.classList.contains("show-ev")) continue;
      const rule = mark.dataset.rule ? ` (guidelines ${mark.dataset.rule})` : "";
      told.push(`${mark.dataset.told}${rule}`);
    }
    if (told.length > 0) details.textContent = told.join(" — inside: ");
  };
  main.addEventListener("mouseover", tell);
  main.addEventListener("focusin", tell);
}
