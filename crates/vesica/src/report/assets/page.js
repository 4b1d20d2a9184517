(() => {
  const all = (what, where = document) => [...where.querySelectorAll(what)], root = document.documentElement;
  root.classList.add('js');
  // Light or dark: as the system says, until the button says otherwise.
  const button = document.querySelector('.theme');
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme:dark)').matches;
  const name = () => { button.textContent = isDark() ? 'Light' : 'Dark'; };
  button.onclick = () => { root.dataset.theme = isDark() ? 'light' : 'dark'; name(); };
  name();
  // The page that is being read.
  const seen = new IntersectionObserver(entries => entries.forEach(entry => {
    if (entry.isIntersecting) all('nav ol a').forEach(a => a.hash === '#' + entry.target.id ? a.setAttribute('aria-current', 'true') : a.removeAttribute('aria-current'));
  }), { rootMargin: '-20% 0px -70% 0px' });
  all('section').forEach(section => seen.observe(section));
  // One readout for pointer and keyboard: Tab reaches a figure, arrows walk its marks, Escape returns.
  const tip = document.getElementById('tip');
  const show = mark => {
    tip.textContent = mark.getAttribute('aria-label');
    const at = mark.getBoundingClientRect();
    tip.classList.add('on');
    tip.style.left = Math.max(8, Math.min(innerWidth - tip.offsetWidth - 8, at.left + at.width / 2 - tip.offsetWidth / 2)) + 'px';
    tip.style.top = Math.max(8, at.top - tip.offsetHeight - 6) + 'px';
  };
  const hide = () => tip.classList.remove('on');
  all('svg.fig').forEach(figure => {
    const marks = all('.mk', figure);
    marks.forEach(mark => { mark.onmouseenter = () => show(mark); mark.onmouseleave = hide; mark.onfocus = () => show(mark); mark.onblur = hide; });
    figure.onkeydown = event => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key], at = marks.indexOf(document.activeElement);
      if (step && marks.length) { event.preventDefault(); marks[at < 0 ? (step > 0 ? 0 : marks.length - 1) : (at + step + marks.length) % marks.length].focus(); }
      else if (event.key === 'Escape') { hide(); figure.focus(); }
    };
  });
  // Export: the drawing with its own light style sheet; the data that the page carries.
  const save = (file, type, text) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const carried = JSON.parse(document.getElementById('carried').textContent);
  all('[data-csv]').forEach(b => { b.onclick = () => save(b.dataset.csv + '.csv', 'text/csv', carried.csv[b.dataset.csv]); });
  all('[data-svg]').forEach(b => {
    b.onclick = () => all('svg.fig', document.getElementById('fig-' + b.dataset.svg)).filter(s => s.getBoundingClientRect().width).forEach((s, i, list) => {
      const copy = s.cloneNode(true), box = s.viewBox.baseVal, style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
      style.textContent = carried.style;
      copy.prepend(style);
      copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
      copy.setAttribute('width', box.width);
      copy.setAttribute('height', box.height);
      save(b.dataset.svg + (list.length > 1 ? '-' + (i + 1) : '') + '.svg', 'image/svg+xml', new XMLSerializer().serializeToString(copy));
    });
  });
})();
