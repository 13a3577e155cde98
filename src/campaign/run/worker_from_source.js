// campaign_worker.ts in a checkout: its imports are looked up as those of the command line are, which has to be said first.
import '../../lib/resolve-sources.js';

const { default: runItems } = await import('./campaign_worker.ts');
export default runItems;
