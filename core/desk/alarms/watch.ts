import type { Instant, Milliseconds } from '../../delivery/types';
import { spell } from '../../stability/findings/finding';
import type { ToldFinding } from '../../stability/schedule/news';
import type { Alarm } from '../model';
import { trouble } from './alarm';

/** What a watch over the workflows of an n8n found last. */
export interface Watch {
	readonly host: string;
	readonly at: Instant;
	readonly told: readonly ToldFinding[];
}

/** What is wrong with workflows, as the watch saw it last; and the watch itself, where it has not looked for so long. */
export function ofWatch({ host, at, told }: Watch, now: Instant, late: Milliseconds): Alarm[] {
	if (now - at >= late)
		return [
			trouble(
				'watch-silent',
				null,
				`Nobody has looked over the workflows of ${host} for ${spell(now - at)}.`,
				'See whether the workflow Watch workflows is published and its runs succeed.',
				at,
			),
		];
	return told.map(({ id, level, sentence, mend, since }) => ({
		...trouble(`workflow-${id}`, null, sentence, mend, since),
		level,
	}));
}
