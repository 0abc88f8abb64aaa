import { runCli } from '../../cli';

/** Runs the command line in this process and gives what it would print and its exit code. */
export async function runCommand(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
	let out = '';
	let err = '';
	const code = await runCli(argv, { out: (text) => (out += text), err: (text) => (err += text) });
	return { code, out, err };
}
