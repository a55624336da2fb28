/* A mistake in a text leads to its line in the box; without this script to the same line below it. */

const box = document.querySelector("#source");

for (const link of document.querySelectorAll("[data-line]")) {
  link.addEventListener("click", (event) => {
    const lines = box.value.split("\n");
    const number = Math.min(Number(link.dataset.line), lines.length) - 1;
    const start = lines.slice(0, number).reduce((sum, line) => sum + line.length + 1, 0);
    event.preventDefault();
    box.focus();
    box.setSelectionRange(start, start + lines[number].length);
    box.scrollTop = (box.scrollHeight / lines.length) * Math.max(0, number - 3);
    box.scrollIntoView({ block: "nearest" });
  });
}
