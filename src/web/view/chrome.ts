// The page's frame: theme, legend, patterns, dropping of files, what the browser grants.
import { lookOf, patternDefs, swatch } from '../../report/looks.ts';
import { OWNER_KINDS } from '../../ask/owners/owner-words.ts';
import { escapeText } from '../../report/svg.ts';
import { byId, setMarkup, setText } from './dom.ts';

/** `onTheme` is called after the colours have changed. */
export function wireFrame(onTheme: () => void): void {
  const theme = byId('theme', HTMLSelectElement);
  theme.addEventListener('change', () => {
    if (theme.value === '') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme.value;
    onTheme();
  });
  const looks = OWNER_KINDS.map(
    ({ kind, name }) => swatch(lookOf({ kind: 'owner', owner: kind })) + escapeText(name),
  );
  setMarkup(byId('legend', HTMLElement), looks.map((item) => `<li>${item}</li>`).join(''));
  document.body.insertAdjacentHTML('afterbegin', patternDefs());
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
