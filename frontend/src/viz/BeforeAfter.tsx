/** How many clients stand in each band now, and how many would: two bars a band. */
import { BAND_TONE, BAND_WORD, BANDS, type Band } from "../lib/bands";
import { count } from "../lib/format";
import { Bar } from "./ScoreBar";

type Counts = Partial<Record<Band, number>>;

export function BeforeAfter({ before, after }: { before: Counts; after: Counts }) {
  const shown = BANDS.filter((band) => (before[band] ?? 0) > 0 || (after[band] ?? 0) > 0 || band !== "unscored");
  const most = Math.max(1, ...shown.flatMap((band) => [before[band] ?? 0, after[band] ?? 0]));
  return (
    <table className="w-full border-separate border-spacing-y-1 text-13">
      <caption className="sr-only">Clients in each band, now and then</caption>
      <thead className="sr-only">
        <tr><th scope="col">Band</th><th scope="col">When</th><th scope="col">Share</th><th scope="col">Clients</th></tr>
      </thead>
      {shown.map((band) => {
        const [now, then] = [before[band] ?? 0, after[band] ?? 0];
        return (
          <tbody key={band}>
            <tr>
              <th scope="rowgroup" rowSpan={2} className="w-28 pr-3 text-left align-top font-normal">{BAND_WORD[band]}</th>
              <td className="w-10 pr-2 text-12 text-subtle">Now</td>
              <td><span className="block opacity-45"><Bar percent={(now / most) * 100} tone={BAND_TONE[band]} /></span></td>
              <td className="num w-12 text-right text-muted">{count(now)}</td>
            </tr>
            <tr>
              <td className="pr-2 text-12 text-subtle">Then</td>
              <td><Bar percent={(then / most) * 100} tone={BAND_TONE[band]} /></td>
              <td className="num text-right font-medium">{count(then)}</td>
            </tr>
          </tbody>
        );
      })}
    </table>
  );
}
