// Every outermost element that reaches beyond the side of the screen, where nobody can scroll to it. The boxes tell,
// not the width of the page: what a box with `contain: paint` cuts off is not in it.
() => {
  const tolerance = 1
  const width = document.documentElement.clientWidth
  const found = []
  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect()
    const isOut = box.left < -tolerance || box.right > width + tolerance
    if (!isOut || !box.width || !box.height || found.some((other) => other.contains(element))) continue
    if (element.checkVisibility({ visibilityProperty: true }) && !isMeantToBeOut(element)) found.push(element)
  }
  return found.map((element) => [element.tagName.toLowerCase(), ...element.classList].join("."))

  // Inside a box that scrolls or that cuts off what overflows, as an ellipsis does, or for screen readers only.
  function isMeantToBeOut(element) {
    for (let around = element; around !== document.body; around = around.parentElement) {
      const style = getComputedStyle(around)
      if (style.clipPath !== "none") return true
      if (around !== element && style.overflowX !== "visible") return true
    }
    return false
  }
}
