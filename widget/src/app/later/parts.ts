/** What most visitors never see, in one part: several would weigh more, and whoever needs one may need the next. */
export { ApproachCard, meet } from './ApproachCard.tsx'
export { comeBack } from './back.ts'
export { ChatEnd } from './ChatEnd.tsx'
export { describe } from './describe.ts'
export { introduce } from './identify.ts'
export { RequestForm } from './RequestForm.tsx'
