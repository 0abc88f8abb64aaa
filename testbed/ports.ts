/** Ports of one sandbox, all on 127.0.0.1. */
export interface Ports {
	readonly n8n: number;
	readonly broker: number;
	readonly hubspot: number;
	readonly postmark: number;
	readonly generator: number;
	readonly mailbox: number;
}

/** First port of each sandbox, so that they can run side by side. */
const firstPort = {
	start: 18310,
	demo: 18330,
	screenshots: 18350,
	e2e: 18370,
	crash: 18380,
	'bad-release': 18390,
	weekly: 18396,
	matrix: 18460,
	install: 18468,
	'one-change': 18476,
	init: 18484,
	doctor: 18490,
	'desk-watch': 18496,
	kept: 18502,
	batches: 18508,
} as const;

/**
 * The ports of one sandbox.
 * RG_SANDBOX_PORT moves all of them: it names the first port, and the other sandboxes follow it.
 */
export function portsOf(sandbox: keyof typeof firstPort): Ports {
	const moved = Number(process.env.RG_SANDBOX_PORT ?? firstPort.start) - firstPort.start;
	const first = firstPort[sandbox] + moved;
	return {
		n8n: first,
		broker: first + 1,
		hubspot: first + 2,
		postmark: first + 3,
		generator: first + 4,
		mailbox: first + 5,
	};
}
