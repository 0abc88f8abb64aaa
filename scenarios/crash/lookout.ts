import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A moment inside n8n's engine, as the probe reports it. */
export interface Moment {
	readonly workflow: string;
	readonly node: string;
	readonly when: 'before' | 'after';
	/** Process that runs the node: the main one, or a worker in queue mode. */
	readonly pid: number;
}

/** Which moment is waited for, and what happens there while the node is held back. */
export interface Ambush {
	readonly workflow: string;
	readonly node: string;
	readonly when: 'before' | 'after';
	/** The node goes on after the report; `strike` is called so many ms later. Held back until struck if absent. */
	readonly afterMs?: number;
	readonly strike: (moment: Moment) => Promise<void>;
}

/** Hears the probes of all n8n processes and holds one of them back where an ambush waits. */
export class Lookout {
	private ambush: Ambush | null = null;
	private readonly lastIn = new Map<string, number>();

	private constructor(
		private readonly server: Server,
		readonly url: string,
	) {}

	/** Listens on a free port of 127.0.0.1. */
	static async open(): Promise<Lookout> {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		const lookout = new Lookout(server, `http://127.0.0.1:${port}`);
		server.on('request', (request, response) => {
			const query = new URL(request.url ?? '/', 'http://lookout').searchParams;
			const moment: Moment = {
				workflow: query.get('workflow') ?? '',
				node: query.get('node') ?? '',
				when: query.get('when') === 'after' ? 'after' : 'before',
				pid: Number(query.get('pid')),
			};
			void lookout.hear(moment).then(() => response.writeHead(204).end());
		});
		return lookout;
	}

	/** Waits for one moment; a later call replaces it. */
	lie(ambush: Ambush): void {
		this.ambush = ambush;
	}

	/** The process in which one of these nodes began last; `null` if none did. */
	lastProcess(nodes: readonly string[]): number | null {
		return nodes.map((node) => this.lastIn.get(node)).findLast((pid) => pid !== undefined) ?? null;
	}

	leave(): void {
		this.ambush = null;
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}

	private async hear(moment: Moment): Promise<void> {
		if (moment.when === 'before') this.lastIn.set(moment.node, moment.pid);
		const { ambush } = this;
		if (ambush === null || !meets(ambush, moment)) return;
		this.ambush = null;
		if (ambush.afterMs === undefined) await ambush.strike(moment);
		else void sleep(ambush.afterMs).then(() => ambush.strike(moment));
	}
}

const meets = (ambush: Ambush, moment: Moment): boolean =>
	ambush.workflow === moment.workflow && ambush.node === moment.node && ambush.when === moment.when;
