// Writes static/foyer/foyer.js, the two icon sprites and the licences of what they contain.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { transformSync } from "esbuild";

const here = new URL("./", import.meta.url);
const out = new URL("../static/foyer/", here);
const read = (path) => readFileSync(new URL(path, here), "utf8");

// One file: htmx starts as soon as it is parsed, so an extension in a second deferred file could come too late.
const htmx = read("node_modules/htmx.org/dist/htmx.min.js").replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "");
const ours = transformSync(read("foyer.js"), { minify: true, target: "es2022" }).code;
writeFileSync(new URL("foyer.js", out), `${htmx}\n${ours}`);

const symbol = (name, shapes) => `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
// A tenth of a unit is less than a tenth of a pixel at any size an icon is shown at.
const rounded = (shapes) =>
  shapes.replace(/-?\d*\.\d{2,}/g, (number) => String(Math.round(number * 10) / 10).replace(/^(-?)0\./, "$1."));
const lucide = (name) =>
  symbol(
    name,
    rounded(
      read(`node_modules/lucide-static/icons/${name}.svg`)
        .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
        .replace("</svg>", "")
        .replace(/\n\s*/g, "")
        .replaceAll(" />", "/>"),
    ),
  );
const names = (list) => read(list).split("\n").filter((line) => line && !line.startsWith("#"));
const write = (name, symbols) =>
  writeFileSync(new URL(name, out), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
const mark = symbol("foyer", read("mark.svg").replace(/^<svg[^>]*>|<\/svg>\s*$/g, ""));
write("icons.svg", [mark, ...names("icons.txt").map(lucide)]);
write("more-icons.svg", names("more-icons.txt").map(lucide));

copyFileSync(new URL("node_modules/htmx.org/LICENSE", here), new URL("htmx-LICENSE.txt", out));
copyFileSync(new URL("node_modules/lucide-static/LICENSE", here), new URL("lucide-LICENSE.txt", out));
