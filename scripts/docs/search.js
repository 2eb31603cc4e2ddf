// Finds sections by the words of a query: all of them must be there; a word in a heading counts most.
(() => {
  const field = document.getElementById('search');
  const list = document.getElementById('found');
  const most = 12;

  const weight = ({ title, page, text }, word) => {
    if (title.toLowerCase().includes(word)) return 10;
    if (page.toLowerCase().includes(word)) return 4;
    return text.toLowerCase().includes(word) ? 1 : 0;
  };

  const found = query => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const weighed = globalThis.WORDS.map(section => ({ section, weights: words.map(word => weight(section, word)) }));
    const all = weighed.filter(({ weights }) => weights.every(each => each > 0));
    const sum = ({ weights }) => weights.reduce((total, each) => total + each, 0);
    return all.toSorted((a, b) => sum(b) - sum(a)).slice(0, most);
  };

  const shown = ({ section }) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    const where = document.createElement('small');
    link.href = document.body.dataset.root + section.at;
    link.textContent = section.title;
    where.textContent = `${section.page}: ${section.text.slice(0, 120)}`;
    item.append(link, where);
    return item;
  };

  field.addEventListener('input', () => {
    const all = found(field.value);
    list.replaceChildren(...all.map(shown));
    list.hidden = all.length === 0;
  });
  document.addEventListener('keydown', event => {
    if (event.key === '/' && document.activeElement !== field) {
      event.preventDefault();
      field.focus();
    }
    if (event.key === 'Escape') list.hidden = true;
  });
})();
