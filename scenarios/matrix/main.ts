/**
 * Plays one row of the matrix: `npm run matrix -- <n8n> <node>`, e.g. `npm run matrix -- 2.30.8 22.23.3`. Installs that n8n
 * and that Node in folders of their own, packs the package, runs it there, and puts the row into docs/records/matrix.md.
 * TEST_POSTGRES_URL names the server for the ledger on Postgres. `--drop` removes the installed n8n afterwards.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../../testbed/build';
import { installRoot, packageRoot, runRoot } from '../../testbed/n8n/paths';
import { SandboxProblem } from '../../testbed/problem';
import { install } from './install';
import type { PlayedRow } from './outcome';
import { keepRow, lineOf } from './page';

/** The package as `npm pack` makes it, unpacked; nothing else lies beside it. */
function packed(folder: string): string {
	buildIfStale();
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const said = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
		cwd: packageRoot,
		encoding: 'utf8',
	});
	const [{ filename }] = JSON.parse(said) as [{ filename: string }];
	execFileSync('tar', ['xzf', join(folder, filename), '-C', folder]);
	return join(folder, 'package');
}

function playRow(n8n: string, node: string): PlayedRow {
	const cache = process.env.RG_MATRIX_CACHE ?? join(packageRoot, '.cache', 'matrix');
	console.log(`n8n ${n8n} on Node ${node}: installing`);
	const { root, node: binary, neighbours } = install(cache, n8n, node, installRoot);
	const run = spawnSync(
		process.execPath,
		[join(packageRoot, 'node_modules', '.bin', 'tsx'), join(__dirname, 'row.ts')],
		{
			env: {
				...process.env,
				RG_N8N_ROOT: root,
				RG_N8N_NODE: binary,
				RG_PACKAGE: packed(join(runRoot, 'matrix-package')),
			},
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'inherit'],
			maxBuffer: 64 * 1024 * 1024,
		},
	);
	const lines = run.stdout.trim().split('\n');
	console.log(lines.slice(0, -1).join('\n'));
	if (run.status !== 0) throw new SandboxProblem('The row was not played to its end.', lines.at(-1) ?? '');
	return { ...(JSON.parse(lines.at(-1) ?? '') as PlayedRow), neighbours };
}

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { drop: { type: 'boolean', default: false } },
});
const [n8n, node] = positionals;
if (n8n === undefined || node === undefined) {
	console.error('Usage: npm run matrix -- <n8n> <node> [--drop], with exact versions: 2.30.8 22.23.3');
	process.exitCode = 2;
} else {
	try {
		const row = playRow(n8n, node);
		keepRow(row);
		console.log(lineOf(row));
		if (
			[row.imported, row.sqlite, row.postgres, row.form, row.trigger, row.credentials, row.version3].some(
				(part) => part?.status === 'failed',
			)
		)
			process.exitCode = 1;
	} finally {
		if (values.drop)
			rmSync(join(process.env.RG_MATRIX_CACHE ?? join(packageRoot, '.cache', 'matrix'), `n8n-${n8n}`), {
				recursive: true,
				force: true,
			});
	}
}
