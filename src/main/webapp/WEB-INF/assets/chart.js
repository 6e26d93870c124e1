// Draws the numbers of each table as a chart. Without this script, the tables have them.
"use strict";

// The style sheet is beside this script, and no page needs it without charts
const style = document.createElement("link");
style.rel = "stylesheet";
style.href = new URL("uplot.css", document.currentScript.src).href;
document.head.append(style);

const COLORS = ["#3a86d8", "#c8640a"];
const HEIGHT = 220;

for (const box of document.querySelectorAll("[data-chart]")) {
  const table = box.parentElement.querySelector("table");
  const names = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  const values = names.slice(1).map((name, i) => rows.map(row => Number(row.cells[i + 1].dataset.value)));
  const color = getComputedStyle(box).color;
  const axis = { stroke: color, grid: { stroke: "#8884", width: 1 }, ticks: { stroke: "#8884" } };
  const chart = new uPlot({
    width: box.clientWidth,
    height: HEIGHT,
    series: [{}, ...names.slice(1).map((label, i) => ({ label, stroke: COLORS[i], width: 2 }))],
    axes: [axis, { ...axis, size: 60 }],
    scales: { y: { range: (self, min, max) => [0, max > 0 ? max * 1.05 : 1] } },
    legend: { live: false, show: names.length > 2 },
    cursor: { show: false },
  }, [rows.map(row => Number(row.dataset.time)), ...values], box);
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", document.getElementById(table.getAttribute("aria-labelledby")).textContent
    + ". The numbers are in the table below.");
  addEventListener("resize", () => chart.setSize({ width: box.clientWidth, height: HEIGHT }));
}
