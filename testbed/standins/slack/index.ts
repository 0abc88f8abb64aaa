import type { StandIn, StandInAdmin } from '../shared/server';
import { bearerOf, keyedBench, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';

/** Bot token the Slack stand-in takes. */
export const sandboxSlackToken = 'xoxb-stand-in';

/** One message in a channel. */
export interface SlackMessage {
	readonly channel: string;
	readonly text: string;
	/** Slack's id and time: seconds with six decimals. */
	readonly ts: string;
	/** `null` for the bot. */
	readonly user: string | null;
}

/** What a test may do to the Slack stand-in. */
export interface SlackAdmin extends StandInAdmin {
	/** Everything that was posted, oldest first: the outside truth. */
	messages(channel?: string): readonly SlackMessage[];
	/** A person writes into a channel. */
	say(channel: string, user: string, text: string): void;
	/** From now on posting there fails with `channel_not_found`. */
	removeChannel(channel: string): void;
	clearMessages(): void;
}

const plain = (channel: string): string => channel.replace(/^#/, '');

/** Starts Slack's Web API: `auth.test`, `chat.postMessage`, `conversations.history`. Errors come with HTTP 200. */
export async function startSlack(options: VendorOptions = {}): Promise<StandIn<SlackAdmin>> {
	const clock = options.clock ?? Date.now;
	const posted: SlackMessage[] = [];
	const gone = new Set<string>();
	const faults = vendorFaults({
		throttled: { ok: false, error: 'ratelimited' },
		broken: { ok: false, error: 'internal_error' },
	});
	const { app, ...bench } = keyedBench(faults, (request) => bearerOf(request) === sandboxSlackToken, {
		status: 200,
		body: { ok: false, error: 'invalid_auth' },
	});
	const add = (channel: string, user: string | null, text: string): SlackMessage => {
		const ts = `${Math.floor(clock() / 1000)}.${String(posted.length + 1).padStart(6, '0')}`;
		const message = { channel: plain(channel), text, ts, user };
		posted.push(message);
		return message;
	};
	app.get('/api/auth.test', async () => ({ ok: true, team: 'RoleFerry', user: 'release-bot', bot_id: 'B1' }));
	app.post('/api/auth.test', async () => ({
		ok: true,
		team: 'RoleFerry',
		user: 'release-bot',
		bot_id: 'B1',
	}));
	app.post('/api/chat.postMessage', async (request) => {
		const body = (request.body ?? {}) as { channel?: string; text?: string };
		if (!body.channel || gone.has(plain(body.channel))) return { ok: false, error: 'channel_not_found' };
		if (!body.text) return { ok: false, error: 'no_text' };
		const { ts, channel, text } = add(body.channel, null, body.text);
		return {
			ok: true,
			channel: `C-${channel}`,
			ts,
			message: { type: 'message', subtype: 'bot_message', text, ts, bot_id: 'B1' },
		};
	});
	app.get('/api/conversations.history', async (request) => {
		const query = request.query as { channel?: string; oldest?: string; limit?: string };
		const channel = plain(query.channel ?? '').replace(/^C-/, '');
		if (channel === '' || gone.has(channel)) return { ok: false, error: 'channel_not_found' };
		const oldest = Number(query.oldest ?? 0);
		const messages = posted
			.filter((message) => message.channel === channel && Number(message.ts) > oldest)
			.reverse()
			.slice(0, Number(query.limit ?? 100))
			.map(({ text, ts, user }) => ({ type: 'message', text, ts, ...(user ? { user } : { bot_id: 'B1' }) }));
		return { ok: true, messages, has_more: false };
	});
	const admin: SlackAdmin = {
		...bench.admin,
		messages: (channel) =>
			posted.filter((message) => channel === undefined || message.channel === plain(channel)),
		say: (channel, user, text) => {
			add(channel, user, text);
		},
		removeChannel: (channel) => gone.add(plain(channel)),
		clearMessages: () => {
			posted.length = 0;
		},
	};
	app.get('/__admin/messages', async () => admin.messages());
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
