// Writes static/foyer/foyer.js, icons.svg and the licences of what they contain.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { transformSync } from "esbuild";

const here = new URL("./", import.meta.url);
const out = new URL("../static/foyer/", here);
const read = (path) => readFileSync(new URL(path, here), "utf8");

// One file: htmx starts as soon as it is parsed, so an extension in a second deferred file could come too late.
const htmx = read("node_modules/htmx.org/dist/htmx.min.js").replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "");
const ours = transformSync(read("foyer.js"), { minify: true, target: "es2022" }).code;
writeFileSync(new URL("foyer.js", out), `${htmx}\n${ours}`);

const names = read("icons.txt").split("\n").filter((line) => line && !line.startsWith("#"));
const symbols = names.map((name) => {
  const shapes = read(`node_modules/lucide-static/icons/${name}.svg`)
    .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
    .replace("</svg>", "")
    .replace(/\n\s*/g, "")
    .replaceAll(" />", "/>");
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
});
symbols.unshift(`<symbol id="foyer" viewBox="0 0 24 24">${read("mark.svg").replace(/^<svg[^>]*>|<\/svg>\s*$/g, "")}</symbol>`);
writeFileSync(new URL("icons.svg", out), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);

copyFileSync(new URL("node_modules/htmx.org/LICENSE", here), new URL("htmx-LICENSE.txt", out));
copyFileSync(new URL("node_modules/lucide-static/LICENSE", here), new URL("lucide-LICENSE.txt", out));
