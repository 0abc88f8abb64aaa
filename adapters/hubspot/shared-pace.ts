import type { CallBudget } from '../../app/ports/call-budget';
import { type RateLimit, startLifeMs } from '../../core/delivery/pace';
import type { Instant } from '../../core/delivery/types';
import type { Pace, Start } from './pace';

/** Largest share of a limit that one process takes at once: what it does not use in time is lost to all. */
const mostShare = 0.1;

/**
 * The places of one limit for this process, out of a budget that others share. Taken in blocks: as many as wait, and more
 * where the last block was used up, so that a busy process seldom asks and an idle one keeps nothing.
 */
export class SharedPace implements Pace {
	private starts: Start[] = [];
	private block = 1;
	private lost = 0;
	private filledAt: Instant = 0;
	private waiting = 0;
	private heldUntil: Instant = 0;
	private filling: Promise<void> | undefined;

	constructor(
		private readonly budget: CallBudget,
		private readonly account: string,
		private readonly limit: RateLimit,
		private readonly clock: () => Instant,
		/** Where the budget cannot be asked: each process for itself, as without one. */
		private readonly alone: Pace,
	) {}

	async next(now: Instant): Promise<Start> {
		this.waiting += 1;
		try {
			for (;;) {
				const start = this.usable();
				if (start !== undefined) return start;
				await (this.filling ??= this.fill().finally(() => (this.filling = undefined)));
			}
		} catch {
			return await this.alone.next(now);
		} finally {
			this.waiting -= 1;
		}
	}

	async hold(until: Instant): Promise<void> {
		this.heldUntil = Math.max(this.heldUntil, until);
		this.starts = [];
		await this.alone.hold(until);
		// Whoever cannot be told meets the refusal himself.
		await this.budget.hold(this.account, until - this.clock()).catch(() => undefined);
	}

	isHeld(now: Instant): boolean {
		return now < this.heldUntil;
	}

	private usable(): Start | undefined {
		const now = this.clock();
		for (let start = this.starts.shift(); start !== undefined; start = this.starts.shift()) {
			if (now < start.until) return start;
			this.lost += 1;
		}
		return undefined;
	}

	private async fill(): Promise<void> {
		const most = Math.max(1, Math.floor(this.limit.most * mostShare));
		const wasBusy = this.lost === 0 && this.clock() - this.filledAt < startLifeMs(this.limit);
		this.block = Math.min(most, wasBusy ? this.block * 2 : Math.ceil(this.block / 2));
		this.lost = 0;
		const wanted = Math.min(most, Math.max(this.waiting, this.block));
		const times = await this.budget.take(this.account, this.limit, wanted);
		const now = (this.filledAt = this.clock());
		this.starts.push(...times.map((ms) => ({ at: now + ms, until: now + ms + startLifeMs(this.limit) })));
	}
}
