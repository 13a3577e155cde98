// A failure of the explorer, replayed with every step in words.
import { InputError } from '../../lib/input-error.ts';
import type { Answer, ReplayRequest } from '../protocol.ts';

/** @throws InputError 'usage' where the token or its scenario is unknown */
export async function answerReplay(request: ReplayRequest, post: (answer: Answer) => void): Promise<void> {
  const [{ replay }, { parseToken }, { findScenario }] = await Promise.all([
    import('../../cpus/simulated/explore/explore.ts'),
    import('../../cpus/simulated/explore/token.ts'),
    import('../../scenarios/catalogue.ts'),
  ]);
  const { scenario: name, choices } = parseToken(request.token);
  const scenario = findScenario(name);
  if (scenario === undefined)
    throw new InputError(
      'usage',
      `“Token” ${JSON.stringify(name)}: no scenario of the explorer has this name (earlyboot explore lists them)`,
    );
  const { trace, error, exact } = replay(scenario, choices);
  const note = exact
    ? ''
    : ' The schedule does not fit this version exactly: some of its choices were passed over.';
  post({
    type: 'replayed',
    id: request.id,
    about: `${scenario.about}${note}`,
    steps: trace,
    end: error === undefined ? null : error.message,
  });
}
