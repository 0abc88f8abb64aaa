import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail server on this machine. `mail` resolves to the provider's mood for one recipient, as an HTTP status. */
export class PostOffice {
	private readonly server: SMTPServer;

	constructor(mail: (to: string | null) => Promise<{ readonly status: number }>) {
		this.server = new SMTPServer({
			authOptional: true,
			disabledCommands: ['STARTTLS'],
			onAuth: (_auth, _session, done) => done(null, { user: 'x' }),
			onData: (stream, session, done) => {
				stream.resume();
				stream.once('end', () => {
					void (async () => {
						let worst = 200;
						for (const { address } of session.envelope.rcptTo)
							worst = Math.max(worst, (await mail(address)).status);
						if (worst === 200) done(null, 'queued');
						else done(Object.assign(new Error('not taken'), { responseCode: worst === 422 ? 550 : 451 }));
					})();
				});
			},
		});
		// A client that hangs up is no fault of the server.
		this.server.on('error', () => undefined);
	}

	/** Resolves to its port on 127.0.0.1. */
	async start(): Promise<number> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return (this.server.server.address() as AddressInfo).port;
	}

	async stop(): Promise<void> {
		await new Promise<void>((resolve) => this.server.close(resolve));
	}
}
