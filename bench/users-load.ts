// The published load table beside the model. usage: npx node bench/users-load.ts
import { loadTable } from '../src/predict/users/load.ts';

for (const { what, column, published, model, fitted } of loadTable()) {
  const off = (100 * (model / published - 1)).toFixed(1);
  process.stdout.write(
    `${what.padEnd(12)} ${column.padEnd(18)} published ${published} s, model ${model.toFixed(2)} s (${off} %)${fitted ? ' fitted' : ''}\n`,
  );
}
