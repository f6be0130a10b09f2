// Runs in a page of the book. Gives, as JSON, the text that is too faint against what is behind it, and what reaches
// beyond the right edge of the page.
(async () => {
  await document.fonts.ready;
  for (const details of document.querySelectorAll("details")) details.open = true;
  const still = document.createElement("style");
  still.textContent = "*, ::before, ::after { transition: none !important; animation: none !important; }";
  document.head.append(still);
  // Frames are drawn when the layout is settled.
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);

  // Any CSS colour as [red, green, blue, alpha], each from 0 to 1.
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const colour = (css) => {
    if (!known.has(css)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      known.set(css, [...canvas.getImageData(0, 0, 1, 1).data].map((channel) => channel / 255));
    }
    return known.get(css);
  };
  const over = ([r, g, b, a], below) => [...[r, g, b].map((channel, i) => a * channel + (1 - a) * below[i]), 1];

  // The paper of the browser, which is dark where the page says that it can be.
  const probe = document.documentElement.appendChild(document.createElement("div"));
  probe.style.backgroundColor = "Canvas";
  const canvasColour = colour(getComputedStyle(probe).backgroundColor);
  probe.remove();

  // What is behind the text of an element: the backgrounds of all that contain it.
  const behind = (element) => {
    if (!element) return canvasColour;
    const background = colour(getComputedStyle(element).backgroundColor);
    return background[3] === 1 ? background : over(background, behind(element.parentElement));
  };
  const opacity = (element) => (element ? getComputedStyle(element).opacity * opacity(element.parentElement) : 1);

  // WCAG 2.2: relative luminance, contrast ratio, and large text (18 point, or 14 point if bold).
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const isLarge = ({ fontSize, fontWeight }) => parseFloat(fontSize) >= (fontWeight >= 700 ? 56 / 3 : 24);

  const name = (element) => element.localName + [...element.classList].map((each) => "." + each).join("");
  const path = (element) => [element.parentElement, element].filter(Boolean).map(name).join(" > ");
  const hex = (rgb) => "#" + rgb.slice(0, 3).map((c) => Math.round(255 * c).toString(16).padStart(2, "0")).join("");

  const faint = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.trim();
    const element = texts.currentNode.parentElement;
    if (!text || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    // What only a screen reader reads has no size.
    const { width, height } = element.closest("svg") ? range.getBoundingClientRect() : element.getBoundingClientRect();
    if (width <= 1 || height <= 1) continue;
    const style = getComputedStyle(element);
    const paper = behind(element);
    const ink = colour(element instanceof SVGElement ? style.fill : style.color);
    const seen = over([...ink.slice(0, 3), ink[3] * opacity(element)], paper);
    const [ratio, needed] = [contrast(seen, paper), isLarge(style) ? 3 : 4.5];
    const [element_path, colours] = [path(element), `${hex(seen)} on ${hex(paper)}`];
    const key = element_path + colours;
    if (ratio < needed && !faint.has(key)) faint.set(key, { element: element_path, text, colours, ratio, needed });
  }

  // Text may be as wide as it likes where it scrolls by itself.
  const wide = [];
  const content = document.querySelector("main") ?? document.body;
  const find = (element) => {
    const { right, width } = element.getBoundingClientRect();
    if (width > 1 && right > innerWidth + 1) {
      wide.push({ element: path(element), text: element.textContent.trim().split("\n")[0], beyond: right - innerWidth });
    } else if (getComputedStyle(element).overflowX === "visible") {
      for (const child of element.children) find(child);
    }
  };
  for (const child of content.children) find(child);
  return JSON.stringify({ faint: [...faint.values()], wide });
})();
