import { z } from 'zod';
import { readWindow } from '../windows';
import { duration, sourceLine } from './words';

/**
 * A recurring stretch of time: RFC 5545 rule, local start, duration and IANA zone; or the text of a calendar. What
 * cannot be evaluated exactly is a problem, with the part named.
 */
export const windowSchema = z
	.object({
		name: z.string().min(1).max(80),
		start: z
			.string()
			.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'use local time such as 2026-01-02T14:00')
			.optional(),
		/** One rule, or lines of RRULE, RDATE and EXDATE; empty: once. */
		rule: z.string().max(5000).default(''),
		duration: duration.optional(),
		timeZone: z.string().min(1).max(60),
		/** iCalendar text with VEVENTs, instead of start, rule and duration. */
		calendar: z.string().min(1).max(100_000).optional(),
		/** Whether a release under way may go on when the window closes, or when the freeze begins. */
		overrun: z.boolean().optional(),
		line: sourceLine.optional(),
	})
	.strict()
	.superRefine((window, context) => {
		try {
			readWindow(window);
		} catch (cause) {
			context.addIssue({ code: 'custom', message: cause instanceof Error ? cause.message : 'unreadable' });
		}
	});

/** The longest a window may be overridden, in days: what lasts longer is another window. */
const OVERRIDE_DAYS = 31;

/** A person's word, for a while, that a window permits releases or does not. */
export const windowOverrideSchema = z
	.object({
		/** Name of the window or freeze. */
		window: z.string().min(1).max(80),
		permits: z.boolean(),
		from: z.string().datetime({ offset: true }),
		until: z.string().datetime({ offset: true }),
		reason: z.string().min(5).max(300),
		/** The account that sets the policy; filled in when it is set. */
		by: z.string().min(1).max(200).optional(),
	})
	.strict()
	.refine(
		({ from, until }) => {
			const length = Date.parse(until) - Date.parse(from);
			return length > 0 && length <= OVERRIDE_DAYS * 86_400_000;
		},
		{ message: `an override ends after it begins, within ${OVERRIDE_DAYS} days`, path: ['until'] },
	);

/** When releases may ship: windows, freezes, and what people said of them. */
export const windowsSchema = z
	.object({
		allow: z.array(windowSchema),
		deny: z.array(windowSchema),
		/** Least time that must remain before the next slot opens: deploy + rollback + recovery. */
		recoveryBeforeNextSlot: duration.optional(),
		/** Hold when more deliveries than this are due within `recoveryBeforeNextSlot`. */
		maxDueAhead: z.number().int().min(0).optional(),
		/** What people said of single windows, for a while; the later entry has the last word. */
		overrides: z.array(windowOverrideSchema).max(100).optional(),
	})
	.strict()
	.refine(
		({ allow, deny, overrides = [] }) =>
			overrides.every(({ window }) => [...allow, ...deny].some(({ name }) => name === window)),
		{ message: 'name a window or freeze of the policy', path: ['overrides'] },
	);

export type ReleaseWindow = z.infer<typeof windowSchema>;
