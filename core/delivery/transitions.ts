/**
 * The state machine of one delivery: due -> claimed -> sending -> committed, or held, failed, in doubt, missed.
 * Pure: each function takes the stored row, what is known of spine and recipient, and the time, and returns what to
 * store or why not. The only place that knows the rules; stores lock, read and write.
 */
export { absorbed, givenUp } from './transitions/absorb';
export { claim, type AlreadyDelivered } from './transitions/claim';
export {
	clockProblem,
	MOST_AHEAD_MS,
	MOST_BEHIND_MS,
	withoutFuture,
	withoutFutureLease,
} from './transitions/clock';
export { commit, sendTime, type Acceptance, type AlreadyCommitted } from './transitions/commit';
export { confirm } from './transitions/confirm';
export {
	erased,
	ERASED_REASON,
	inTheWay,
	type InTheWay,
	remembered,
	type Remembered,
} from './transitions/erase';
export { fail, willReplay, type Failure } from './transitions/fail';
export {
	type DeliveryRow,
	type RecipientFacts,
	type Refusal,
	type SpineFacts,
	type Step,
	iso,
	unknownRecipient,
} from './transitions/facts';
export { lapse, openStates } from './transitions/lapse';
export { withOutcome } from './transitions/outcome';
export { mended, registered } from './transitions/register';
export { settle, type Ruling } from './transitions/settle';
