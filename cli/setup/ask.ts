import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';

/** Asks a person at a terminal; counts the answers. */
export interface Asker {
	/** `null` where nobody answers: the input has ended. A secret is not shown as it is typed. */
	ask(question: string, secret?: boolean): Promise<string | null>;
	/** How many were given so far. */
	readonly answers: number;
	close(): void;
}

/** Asks on a stream of lines: a terminal, or a pipe. Lines that come before their question are kept for it. */
export function askOn(
	input: NodeJS.ReadableStream & { isTTY?: boolean },
	show: (text: string) => void,
): Asker {
	let reader: Interface | null = null;
	let muted = false;
	let given = 0;
	let ended = false;
	const waiting: string[] = [];
	let hear: ((line: string | null) => void) | null = null;
	const start = (): void => {
		const output = new Writable({
			write: (chunk: Buffer, _encoding, done) => {
				if (!muted) show(chunk.toString());
				done();
			},
		});
		const terminal = input.isTTY === true;
		reader = createInterface({ input, ...(terminal ? { output, terminal } : {}) });
		reader.on('line', (line) => {
			if (hear) hear(line);
			else waiting.push(line);
		});
		reader.on('close', () => {
			ended = true;
			hear?.(null);
		});
	};
	return {
		get answers() {
			return given;
		},
		ask: async (question, secret = false) => {
			if (reader === null) start();
			show(question);
			muted = secret;
			const line =
				waiting.shift() ??
				(ended
					? null
					: await new Promise<string | null>((resolve) => {
							hear = resolve;
						}));
			hear = null;
			muted = false;
			if (secret || input.isTTY !== true) show('\n');
			if (line !== null) given += 1;
			return line === null ? null : line.trim();
		},
		close: () => reader?.close(),
	};
}
