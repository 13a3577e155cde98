// A document for the chart library where there is no browser: charts become static SVG.
import { parseHTML } from 'linkedom';

/** A fresh, empty document. */
export function newDocument(): Document {
  return parseHTML('<!doctype html><html><body></body></html>').document;
}
