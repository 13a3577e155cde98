// The page's elements by id, typed; a missing one is our own mistake.
import { Bug } from '../../lib/bug.ts';

/** The element of index.html with this id, which must be a `type`. */
export function byId<T extends Element>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Bug(`index.html: #${id} is no ${type.name}`);
  return element;
}

/** Shows `text`, or hides the element where there is none. */
export function setText(element: HTMLElement, text: string): void {
  element.textContent = text;
  element.hidden = text === '';
}

/** Our own markup, whose texts are escaped where it is made. */
export function setMarkup(element: Element, markup: string): void {
  element.innerHTML = markup;
}
