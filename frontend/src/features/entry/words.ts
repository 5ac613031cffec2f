/** What happened on the way through Xero, by the slug the server sends the browser back with. */

export interface Words {
  title: string;
  detail: string;
}

const SIGN_IN: Record<string, Words> = {
  "sign-in-failed": { title: "The sign-in did not work", detail: "It was cancelled, took too long, or started in another browser. Nothing was changed." },
  "no-membership": { title: "You are not in a practice here", detail: "Ask a colleague to invite you, and open the link in the invitation." },
  "too-many-attempts": { title: "Too many attempts", detail: "Signing in from here failed many times. It is possible again in a few minutes." },
  "signup-closed": { title: "Practices are founded by invitation here", detail: "Ask whoever runs this server for a setup link." },
  "invitation-over": { title: "This invitation no longer works", detail: "It was used, withdrawn, or is out of date. Ask whoever sent it for a new one." },
  "already-in-firm": { title: "You are in a practice already", detail: "Sign in without the invitation to go there." },
  "already-member": { title: "You are in this practice already", detail: "Sign in without the invitation." },
  "ticket-spent": { title: "This link was used already", detail: "A link works once. Start again, or ask for a new one." },
  "ticket-expired": { title: "This link is out of date", detail: "Start again, or ask for a new one." },
};

const CONSENT: Record<string, Words> = {
  "consent-cancelled": { title: "Xero was not connected", detail: "The consent was cancelled in Xero. Nothing changed." },
  "consent-refused": { title: "Xero did not give its consent", detail: "Xero sent you back without it. Nothing changed. Try again, or use another Xero login." },
  "consent-spent": { title: "This answer from Xero was used already or is too old", detail: "It works once, within ten minutes, in the browser that asked. Nothing changed." },
  "nothing-consented": { title: "No organisation was ticked", detail: "Xero connected none. Tick at least one organisation before you allow access." },
};

const OTHER_SIGN_IN: Words = { title: "The sign-in did not work", detail: "Nothing was changed. Try again; it takes a few seconds." };
const OTHER_CONSENT: Words = { title: "Xero was not connected", detail: "Something went wrong on the way back from Xero. Nothing changed." };

export const signInWords = (slug: string | undefined): Words => SIGN_IN[slug ?? ""] ?? OTHER_SIGN_IN;
export const consentWords = (slug: string | undefined): Words => CONSENT[slug ?? ""] ?? OTHER_CONSENT;
