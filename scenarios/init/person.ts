import { spawn } from 'node:child_process';
import { nodeBinary } from '../../testbed/n8n/paths';
import type { InitWorld } from './world';

/** What is typed when a text stands at the end of the terminal; `secret` is not shown in the transcript. */
export interface Typed {
	readonly at: RegExp;
	readonly answer: string;
	readonly secret?: boolean;
}

/** One command, as a person saw it. */
export interface Session {
	readonly code: number;
	/** Everything on the terminal, answers included, secrets not. */
	readonly transcript: string;
	/** How many answers were typed. */
	readonly answers: number;
	readonly seconds: number;
}

/** Longest a command may take. */
const patienceMs = 900_000;

/**
 * Runs the command line as the tarball has it, in the person's folder, and types each answer when it is asked for. A
 * question that nobody expected ends the input.
 */
export async function type(
	world: InitWorld,
	args: readonly string[],
	typed: readonly Typed[] = [],
	environment: Readonly<Record<string, string>> = {},
): Promise<Session> {
	const began = Date.now();
	const child = spawn(nodeBinary, [world.cli, ...args], {
		cwd: world.folder,
		env: { PATH: process.env.PATH, HOME: process.env.HOME, ...world.proxy.environment(), ...environment },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	let transcript = `$ npx n8n-nodes-release-gate ${args.join(' ')}\n`;
	let unread = '';
	let answers = 0;
	const open = [...typed];
	const hear = (chunk: Buffer): void => {
		transcript += chunk.toString();
		unread += chunk.toString();
		if (!/[:\]?] $/.test(unread)) return;
		const question = unread.split('\n').at(-1) ?? '';
		unread = '';
		const at = open.findIndex((one) => one.at.test(question));
		const [found] = at < 0 ? [] : open.splice(at, 1);
		if (found === undefined) {
			child.stdin.end();
			return;
		}
		answers += 1;
		transcript += found.secret ? '••••••••' : found.answer;
		child.stdin.write(`${found.answer}\n`);
	};
	child.stdout.on('data', hear);
	child.stderr.on('data', (chunk: Buffer) => (transcript += chunk.toString()));
	if (typed.length === 0) child.stdin.end();
	const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
	const code = await new Promise<number>((resolve) => child.once('close', (given) => resolve(given ?? -1)));
	clearTimeout(timer);
	// The login of a webhook, which is shown once and made anew each time.
	const shown = transcript
		.replace(/(, password )\S+/g, '$1••••••••')
		.replaceAll(world.ledgerFile || world.cli, '~/.n8n/release-gate.sqlite');
	return { code, transcript: shown, answers, seconds: Math.round((Date.now() - began) / 1000) };
}
