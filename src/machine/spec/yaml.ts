// YAML as people keep it: short mappings and lists on one line each, addresses in hexadecimal, keys in the order given.
import { Document, isCollection, isPair, visit } from 'yaml';

const LONGEST_LINE = 110;

/** `value` as a YAML document; strings such as 0x9fc00 become numbers in that spelling. */
export function toYaml(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !/^0x[0-9a-f]+$/.test(node.value)) return;
      node.value = BigInt(node.value);
      node.format = 'HEX';
    },
    Collection(_key, node) {
      if (node === document.contents) return;
      const nested = node.items.some((item) => isCollection(isPair(item) ? item.value : item));
      if (!nested && String(node).length < LONGEST_LINE) node.flow = true;
    },
  });
  return document.toString({ lineWidth: LONGEST_LINE });
}
