// The page's frame: theme, the glossary, dropping of files, what the browser grants.
import { TOPICS } from '../../report/glossary.ts';
import { DRAWING_CSS, NARROW_TABLES } from '../../report/style.ts';
import { glossaryList, meanings, TERMS_CSS, withTerms } from '../../report/terms.ts';
import { byId, setMarkup, setText } from './dom.ts';

/** `onTheme` is called after the colours have changed. */
export function wireFrame(onTheme: () => void): void {
  const theme = byId('theme', HTMLSelectElement);
  theme.addEventListener('change', () => {
    if (theme.value === '') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme.value;
    onTheme();
  });
  const style = document.createElement('style');
  style.textContent = DRAWING_CSS + NARROW_TABLES + TERMS_CSS;
  document.head.append(style);
  for (const element of document.querySelectorAll('[data-terms]'))
    element.outerHTML = withTerms(element.outerHTML);
  const terms = TOPICS.flatMap((topic) => topic.terms);
  setMarkup(byId('glossary', HTMLElement), glossaryList(terms) + meanings(terms));
  setText(
    byId('isolation', HTMLElement),
    crossOriginIsolated
      ? 'This page is cross-origin isolated.'
      : 'This page is not cross-origin isolated: browsers then keep real threads over shared memory away; everything here works without them.',
  );
}

/** Files may be dropped anywhere on the page. */
export function wireDrop(onFile: (file: File) => void): void {
  const zone = byId('drop', HTMLElement);
  const over = (event: DragEvent, on: boolean): void => {
    event.preventDefault();
    zone.classList.toggle('over', on);
  };
  zone.addEventListener('dragover', (event) => over(event, true));
  zone.addEventListener('dragleave', (event) => over(event, false));
  zone.addEventListener('drop', (event) => {
    over(event, false);
    const file = event.dataTransfer?.files[0];
    if (file) onFile(file);
  });
}
