/** Labels of a line, by their names. */
export type Labels = Readonly<Record<string, string | number>>;

/** A line of a metric. */
export interface Sample {
  /** What is added to the metric's name, e.g. `_sum`. */
  readonly suffix?: string;
  readonly labels?: Labels;
  readonly value: number;
}

/** A metric as it is shown: its samples are asked for each time. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: () => readonly Sample[] | Promise<readonly Sample[]>;
}

/** Type of what `renderMetrics` gives. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The text format of Prometheus, version 0.0.4. Nothing in names and help texts needs to be escaped. */
export async function renderMetrics(metrics: readonly Metric[]): Promise<string> {
  const texts = await Promise.all(metrics.map(renderMetric));
  return `${texts.join("\n\n")}\n`;
}

async function renderMetric({ name, help, type, samples }: Metric): Promise<string> {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
  for (const { suffix = "", labels, value } of await samples()) lines.push(`${name}${suffix}${labelsText(labels)} ${valueText(value)}`);
  return lines.join("\n");
}

/** Labels as the text format has them. */
export function labelsText(labels: Labels | undefined): string {
  if (labels === undefined) return "";
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${String(value).replace(/[\\\n"]/g, escaped)}"`);
  return `{${parts.join(",")}}`;
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}

function valueText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}

/** A metric of one line, whose value is asked for each time; where there is none, the line is left out. */
export function oneValue(type: "counter" | "gauge", name: string, help: string, value: () => number | undefined | Promise<number | undefined>): Metric {
  return {
    name,
    help,
    type,
    async samples() {
      const now = await value();
      return now === undefined ? [] : [{ value: now }];
    },
  };
}
