import { z } from 'zod';
import { gateError, ReleaseGateError } from '../../core/errors';
import { problemsIn } from '../../core/errors/problems';
import type { Terminal } from '../command';
import { readJson, told } from '../files';

/** Options of `init`, by flag or from a file under the same names. */
export interface Options {
	readonly n8n?: string;
	readonly key?: string;
	readonly inside?: string;
	readonly webhooks?: string;
	readonly sets?: string;
	readonly spine?: string;
	readonly rhythm?: string;
	readonly timeZone?: string;
	readonly hubspotToken?: string;
	readonly hubspotUrl?: string;
	readonly postmarkToken?: string;
	readonly openaiKey?: string;
	readonly openaiUrl?: string;
	readonly slackToken?: string;
	readonly ledger?: string;
	readonly from?: string;
	readonly channel?: string;
	readonly testContacts?: string;
	readonly approvers?: string;
	readonly firstSlot?: string;
	readonly set?: readonly string[];
	readonly file?: string;
	readonly record: string;
	readonly plan?: boolean;
	readonly undo?: boolean;
	readonly yes?: boolean;
}

export type Text = {
	[Name in keyof Options]-?: Options[Name] extends string | undefined ? Name : never;
}[keyof Options];

const fileSchema = z
	.object({
		n8n: z.string(),
		key: z.string(),
		inside: z.string(),
		webhooks: z.string(),
		sets: z.string(),
		spine: z.string(),
		rhythm: z.string(),
		timeZone: z.string(),
		hubspotToken: z.string(),
		hubspotUrl: z.string(),
		postmarkToken: z.string(),
		openaiKey: z.string(),
		openaiUrl: z.string(),
		slackToken: z.string(),
		ledger: z.string(),
		from: z.string(),
		channel: z.string(),
		testContacts: z.string(),
		approvers: z.string(),
		firstSlot: z.string(),
		set: z.array(z.string()),
		record: z.string(),
		plan: z.boolean(),
		undo: z.boolean(),
		yes: z.boolean(),
	})
	.partial()
	.strict();

/** The options with those of the file that they name; a flag goes before the file. @throws `file-unreadable`, `setup-file-unusable` */
export async function optionsOf(flags: Partial<Options>): Promise<Options> {
	const { file } = flags;
	const record = 'release-gate';
	if (file === undefined) return { record, ...flags };
	const read = fileSchema.safeParse(await readJson(file));
	if (!read.success)
		throw gateError('setup-file-unusable', { file, ...problemsIn(read.error.issues, 'file') });
	return { record, ...(read.data as Partial<Options>), ...flags };
}

/** Where a secret may stand besides its flag, which other people of the machine can see. */
const variables: Partial<Record<Text, string>> = {
	n8n: 'N8N_URL',
	key: 'N8N_API_KEY',
	hubspotToken: 'HUBSPOT_TOKEN',
	postmarkToken: 'POSTMARK_TOKEN',
	openaiKey: 'OPENAI_API_KEY',
	slackToken: 'SLACK_TOKEN',
};

/** What is asked where nothing is given. */
export interface Question {
	readonly what: string;
	readonly text: string;
	readonly fallback?: string;
	readonly secret?: boolean;
	/** Throws what is wrong with an answer; may ask who it is for. */
	readonly check?: (answer: string) => void | Promise<void>;
}

const flagOf = (name: Text): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Takes what is given, else asks. */
export class Given {
	constructor(
		private readonly options: Options,
		private readonly terminal: Terminal,
		private readonly environment: Readonly<Record<string, string | undefined>>,
	) {}

	/** By flag, file or variable; `undefined` where it is not given. */
	plain(name: Text): string | undefined {
		const variable = variables[name];
		const value = this.options[name] ?? (variable === undefined ? undefined : this.environment[variable]);
		return value === undefined || value.trim() === '' ? undefined : value.trim();
	}

	/** Asks until an answer can be used. @throws `setup-answer-missing` where nobody answers */
	async need(name: Text, question: Question): Promise<string> {
		const { what, text, fallback, secret = false, check } = question;
		const given = this.plain(name);
		if (given !== undefined) {
			await check?.(given);
			return given;
		}
		const { asker, err } = this.terminal;
		for (;;) {
			const hint = fallback === undefined || fallback === '' ? '' : ` [${fallback}]`;
			const answer = await (asker?.ask(`${text}${hint}: `, secret) ?? null);
			if (answer === null) throw gateError('setup-answer-missing', { what, flag: flagOf(name) });
			const value = answer === '' ? fallback : answer;
			if (value === undefined) {
				err('There is no answer to take if it is left empty.\n');
				continue;
			}
			try {
				await check?.(value);
				return value;
			} catch (error) {
				if (!(error instanceof ReleaseGateError)) throw error;
				err(told(error));
			}
		}
	}
}

/** Asks whether to go on, until the answer is yes or no; whether it is yes. Nobody there is a no. */
export async function confirmed({ asker, err }: Terminal, question: string): Promise<boolean> {
	for (;;) {
		const answer = await (asker?.ask(`\n${question} [Y/n] `) ?? null);
		if (answer === null) return false;
		if (/^(?:y|yes|)$/i.test(answer)) return true;
		if (/^(?:n|no)$/i.test(answer)) return false;
		err("Answer 'y' or 'n'.\n");
	}
}
