import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxProblem } from '../problem';
import { n8nEnvironment } from './environment';
import { n8nBinary, nodeBinary } from './paths';
import type { InstanceSettings } from './settings';

/** How long one command may take. The first one on an empty folder also migrates the database: about 25 s. */
const commandTimeoutMs = 240_000;

/** A credential in the clear, as `import:credentials` takes it; n8n encrypts it on the way in. */
export interface PlainCredential {
	/** 16 characters; fixed, so that workflows can refer to it. */
	readonly id: string;
	readonly name: string;
	readonly type: string;
	readonly data: Readonly<Record<string, unknown>>;
}

/** Runs one n8n command to its end and returns what it printed; a failure carries the last lines of it. */
export async function runCommand(settings: InstanceSettings, args: readonly string[]): Promise<string> {
	const child = spawn(nodeBinary, [n8nBinary, ...args], {
		env: { ...n8nEnvironment(settings), N8N_LOG_LEVEL: 'warn' },
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: commandTimeoutMs,
		killSignal: 'SIGKILL',
	});
	let printed = '';
	child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	if (code !== 0)
		throw new SandboxProblem(
			`n8n ${args.join(' ')} ended with ${code ?? 'a signal'}.`,
			`Its last words:\n${printed.split('\n').slice(-15).join('\n')}`,
		);
	return printed;
}

/** Imports credentials with their fixed ids. Works on an empty folder and beside a running server. */
export async function importCredentials(
	settings: InstanceSettings,
	credentials: readonly PlainCredential[],
): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'release-gate-'));
	try {
		const file = join(folder, 'credentials.json');
		writeFileSync(file, JSON.stringify(credentials), { mode: 0o600 });
		await runCommand(settings, ['import:credentials', `--input=${file}`]);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
