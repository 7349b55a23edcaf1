// Numbers that a seed gives again, and choices by them (mulberry32).

export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  const chance = (p) => next() < p;
  const pick = (list) => list[below(list.length)];
  const some = (list, most) => {
    const left = [...list];
    const found = [];
    for (let n = 1 + below(most); n > 0 && left.length; n--) found.push(left.splice(below(left.length), 1)[0]);
    return found;
  };
  return { next, below, chance, pick, some };
}
