// Every piece of text that cannot be read in full: outside a box that hides what overflows, or outside the page.
// Text shortened with an ellipsis is meant to be, as long as some words are left or it gives way as a whole.
() => {
  const shortest = 4 // times the size of the text
  const tolerance = 1
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim()
    const element = node.parentElement
    if (!text || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    if (!box.width || !box.height) continue
    const problem = clipping(element, box)
    if (problem) found.push(`${text.slice(0, 60)}: ${problem}`)
  }
  return found

  function clipping(element, box) {
    for (let around = element; around && around !== document.documentElement; around = around.parentElement) {
      const style = getComputedStyle(around)
      if (style.clipPath !== "none" || style.clip !== "auto") return "" // for screen readers only
      const inner = around.getBoundingClientRect()
      const leftOut = box.right > inner.right + tolerance || box.left < inner.left - tolerance
      const belowOut = box.bottom > inner.bottom + tolerance || box.top < inner.top - tolerance
      if (/auto|scroll/.test(style.overflowX + style.overflowY)) return ""
      if (style.textOverflow === "ellipsis" && style.overflowX === "hidden") {
        if (box.top >= inner.bottom) return ""
        if (!leftOut) continue
        const room = around.clientWidth / parseFloat(style.fontSize)
        return room >= shortest ? "" : `shortened to ${room.toFixed(1)} em`
      }
      if (style.webkitLineClamp !== "none") {
        const room = around.clientWidth / parseFloat(style.fontSize)
        return !belowOut || room >= shortest ? "" : `shortened to ${room.toFixed(1)} em`
      }
      const hides = (axis) => /hidden|clip/.test(axis) || /paint|strict|content/.test(style.contain)
      if (leftOut && hides(style.overflowX)) return `cut off at the side by ${name(around)}`
      if (belowOut && hides(style.overflowY)) return `cut off below by ${name(around)}`
    }
    if (box.left < -tolerance || box.right > document.documentElement.clientWidth + tolerance) return "outside the page"
    return ""
  }

  function name(element) {
    return [element.tagName.toLowerCase(), ...element.classList].join(".")
  }
}
