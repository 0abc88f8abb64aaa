import { fork } from 'node:child_process';
import { join } from 'node:path';

/** What the vendors of a measurement are like. */
export interface Opening {
	/** Contacts that are due, all of them. */
	readonly contacts: number;
	/** How long the generator takes for a text, milliseconds. */
	readonly generatorMs: number;
	readonly hubspotLimits: 'real' | 'none';
	readonly indexLagMs: number;
}

/** What the vendors have seen so far. */
export interface Look {
	readonly kind: 'look';
	readonly at: number;
	readonly mails: number;
	readonly recipients: number;
	/** Most mails that one recipient got. */
	readonly most: number;
	/** When each thousandth mail was accepted, milliseconds since 1970. */
	readonly marks: readonly number[];
	/** Calls to HubSpot: searches, others, and how many of both it refused with 429. */
	readonly calls: { readonly search: number; readonly other: number; readonly throttled: number };
}

export interface Opened {
	readonly kind: 'opened';
	readonly urls: { readonly hubspot: string; readonly postmark: string; readonly generator: string };
}

export type Asked = { readonly kind: 'open'; readonly opening: Opening } | { readonly kind: 'look' };

/** The vendors, in a process of their own. */
export interface OutsideProcess {
	readonly urls: Opened['urls'];
	look(): Promise<Look>;
	close(): void;
}

export async function openOutside(opening: Opening): Promise<OutsideProcess> {
	const child = fork(join(__dirname, 'outside.ts'), [], {
		execArgv: ['--import', `file://${require.resolve('tsx')}`],
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
	});
	const next = async <News extends Opened | Look>(kind: News['kind'], asked: Asked): Promise<News> =>
		await new Promise((resolve, reject) => {
			const heard = (news: Opened | Look): void => {
				if (news.kind !== kind) return;
				child.off('message', heard);
				child.off('exit', ended);
				resolve(news as News);
			};
			const ended = (): void => reject(new Error('The process of the vendors ended.'));
			child.on('message', heard);
			child.once('exit', ended);
			child.send(asked);
		});
	const { urls } = await next<Opened>('opened', { kind: 'open', opening });
	return {
		urls,
		look: () => next<Look>('look', { kind: 'look' }),
		close: () => void child.kill(),
	};
}
