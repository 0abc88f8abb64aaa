import type { PeerRun } from '../window-peer';
import type { WindowRun } from '../windows';
import { grouped } from './words';

const listed = (differences: readonly string[]): string =>
	differences.map((difference) => `\n- ${difference}\n`).join('');

/** Windows beside the oracle of this repository. */
export const windowPart = (run: WindowRun): string =>
	`Each window has up to two rules, added and excluded starts, and lies over a change of clocks of its zone. The oracle
(\`testbed/oracles/recurrence.ts\`) asks of every local minute whether the rule starts there, by the words of RFC 5545, and
takes the clock from \`Intl\`, minute by minute. It shares no code with \`core/release/recurrence\`.

| seed | windows | rules | zones | minutes compared | open in their stretch | refused: never happen | differences |
| --- | --- | --- | --- | --- | --- | --- | --- |
| ${run.seed} | ${grouped(run.windows)} | ${grouped(run.rules)} | ${run.zones} | ${grouped(run.minutes)} | ${grouped(run.open)} | ${grouped(run.refused)} | ${run.differences.length} |
${listed(run.differences)}`;

/** Windows beside a library of others. */
export const peerPart = (run: PeerRun): string =>
	`The same kind of windows, of another seed, put to ${run.version}, which is not ours: every start from
the window's own start to the end of its stretch. Where that library leaves RFC 5545 it is asked round about:

- a list of weekdays with and without numbers (\`BYDAY=2TU,FR\`) means either; the library takes days that are both, so
  such a rule is put as two;
- \`BYSETPOS\` counts within a whole week; of the week of the start the library counts the rest only, so it is asked from the
  beginning of that week;
- where \`COUNT\` or \`BYSETPOS\` forbids that, the window is not asked.

Of a rule that is refused here because it never happens the library must find no start within thirty years (hourly ones: nine).

${run.clocks.length === 0 ? 'Its clocks agreed with those of Node wherever a start lay.' : `In these zones its time zone database, that of the operating system, shows another time than Node's at a start that differs: ${run.clocks.map(([zone, count]) => `${zone} (${count} windows)`).join(', ')}.`}

| seed | windows | rules | starts compared | put as two | from the week's beginning | both say: never happens | not asked | other clocks | differences |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| ${run.seed} | ${grouped(run.windows)} | ${grouped(run.rules)} | ${grouped(run.starts)} | ${grouped(run.mixed)} | ${grouped(run.firstWeek)} | ${grouped(run.refused)} | ${grouped(run.notAsked)} | ${run.clocks.reduce((sum, [, count]) => sum + count, 0)} | ${run.differences.length} |
${listed(run.differences)}`;
