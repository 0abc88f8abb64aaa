import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../testbed/n8n/paths';
import type { FlagRun } from './flags';
import type { LeakRun } from './leaks';
import { flagPart } from './pages/flags';
import { leakPart } from './pages/leaks';
import { peerPart, windowPart } from './pages/windows';
import type { PeerRun } from './window-peer';
import type { WindowRun } from './windows';

/** What is kept of the last run of each oracle. */
export interface Runs {
	readonly windows?: WindowRun;
	readonly dateutil?: PeerRun;
	readonly leaks?: LeakRun;
	readonly flags?: FlagRun;
}

const results = join(__dirname, 'results', 'runs.json');
const page = join(packageRoot, 'docs', 'records', 'oracles.md');

const part = <Run>(run: Run | undefined, tell: (run: Run) => string): string =>
	run === undefined ? 'Not run yet.\n' : tell(run);

const render = ({ windows, dateutil, leaks, flags }: Runs): string => `# Rules against oracles

Written by \`npm run oracles\`; nothing on this page is typed by hand.

## Windows and freezes

${part(windows, windowPart)}
### Beside another library

\`npm run oracles -- --only dateutil\`; needs python3 with dateutil (\`pip install python-dateutil\`).

${part(dateutil, peerPart)}
## Flags

\`UNLEASH_CLIENT_SPECIFICATION=<checkout> npm run oracles -- --only flags\`

${part(flags, flagPart)}
## The sequential test

${part(leaks, leakPart)}`;

/** Keeps what was run, and writes the page anew. */
export function keep(more: Runs): void {
	const before: Runs = existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8')) as Runs) : {};
	const runs = { ...before, ...more };
	mkdirSync(dirname(results), { recursive: true });
	writeFileSync(results, `${JSON.stringify(runs, null, '\t')}\n`);
	writeFileSync(page, render(runs));
}
