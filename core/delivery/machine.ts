/**
 * The state machine of one delivery: due -> claimed -> sending -> committed, or held, failed, in doubt, missed.
 * Pure: each function takes the stored row, what is known of spine and recipient, and the time, and returns what to
 * store or why not. The only place that knows the rules; stores lock, read and write.
 */
export { claim, type AlreadyDelivered } from './machine/claim';
export { commit, sendTime, type Acceptance, type AlreadyCommitted } from './machine/commit';
export { confirm } from './machine/confirm';
export { fail, willReplay, type Failure } from './machine/fail';
export {
	type DeliveryRow,
	type RecipientFacts,
	type Refusal,
	type SpineFacts,
	type Step,
	iso,
	unknownRecipient,
} from './machine/facts';
export { lapse, openStates } from './machine/lapse';
export { withOutcome } from './machine/outcome';
export { mended, registered } from './machine/register';
export { settle, type Ruling } from './machine/settle';
