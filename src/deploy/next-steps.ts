import type { Deployment } from "./deployment.ts";

/** What to do with the files that were written, a line each. */
export function nextSteps(deployment: Deployment): string[] {
  return [...before(deployment), ...start(deployment), ...accounts(deployment)];
}

function before({ template, content, metadata }: Deployment): string[] {
  const [postgres, bucket] = [metadata === "postgres", content === "bucket"];
  const keys = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
  if (template === "compose") return bucket ? [`write the keys of the bucket into opm.env`] : [];
  if (template === "kubernetes") return postgres || bucket ? ["write the secrets into kubernetes.yaml, in place of CHANGE-ME"] : [];
  if (template === "systemd") {
    return [
      ...(postgres ? ["write the URL of the database into /etc/opm/database-url (mode 0600)"] : []),
      ...(bucket ? [`write ${keys} into /etc/opm/bucket.env (mode 0600)`] : []),
    ];
  }
  return [...(postgres ? ["write the URL of the database into database-url (mode 0600)"] : []), ...(bucket ? [`set ${keys}, or have a profile or role`] : [])];
}

function start({ template }: Deployment): string[] {
  if (template === "compose") return ["docker compose up -d"];
  if (template === "kubernetes") return ["kubectl apply -f kubernetes.yaml"];
  if (template === "systemd") {
    return ["install -D -m 0644 opm.yaml /etc/opm/opm.yaml", "install -m 0644 opm.service /etc/systemd/system/opm.service", "systemctl enable --now opm"];
  }
  return ["opm config check -c opm.yaml", "opm serve -c opm.yaml"];
}

function accounts({ template, access }: Deployment): string[] {
  if (access === "open") return [];
  const add = "opm user add admin --group admins";
  if (template === "compose") return [`docker compose exec opm ${add} -c /etc/opm/opm.yaml`];
  if (template === "kubernetes")
    return [`kubectl exec -it ${"$(kubectl get pod -l app.kubernetes.io/name=opm -o name | head -1)"} -- ${add} -c /etc/opm/opm.yaml`];
  if (template === "systemd") return [`${add} --data /var/lib/opm (as root), or with the URL of the database in OPM_STORAGE_METADATA_URL`];
  return [`${add} -c opm.yaml`];
}
