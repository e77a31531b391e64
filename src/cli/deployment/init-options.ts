import type { AccessChoice, ContentChoice, MetadataChoice, Template } from "../../deploy/deployment.ts";

/** What was answered in the command line of `opm init`. */
export interface InitOptions {
  readonly template?: Template;
  readonly content?: ContentChoice;
  readonly bucket?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly metadata?: MetadataChoice;
  readonly access?: AccessChoice;
  readonly certificate?: string;
  readonly key?: string;
  readonly publicUrl?: string;
  readonly workers?: string;
  readonly image?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}
