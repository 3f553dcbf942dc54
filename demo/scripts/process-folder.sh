#!/bin/sh
# Processes a folder of photos as one SKU and downloads the results, by curl and jq: ./process-folder.sh PHOTOS CODE [RESULTS.zip]
set -eu
folder=${1:?PHOTOS, the folder} code=${2:?CODE, the SKU} archive=${3:-results.zip}
url=${IMAGE_STUDIO_URL:-http://localhost:4000/graphql}
key=${IMAGE_STUDIO_KEY:-$(cat .data/api-key)}

# ask QUERY VARIABLES: prints the data, or stops with the API's own words.
ask() {
  jq -n --arg query "$1" --argjson variables "$2" '{query: $query, variables: $variables}' |
    curl -sS "$url" -H "authorization: Bearer $key" -H 'content-type: application/json' -d @- |
    jq -e 'if .errors then (.errors | map(.message) | join("\n") | halt_error(1)) else .data end'
}

for photo in "$folder"/*.jpg "$folder"/*.jpeg "$folder"/*.png; do
  [ -f "$photo" ] || continue
  case $photo in *.png) type=image/png ;; *) type=image/jpeg ;; esac
  input=$(jq -n --arg sku "$code" --arg name "$(basename "$photo")" --arg type "$type" --argjson bytes "$(wc -c <"$photo")" \
    '{input: {sku: $sku, files: [{name: $name, mimeType: $type, bytes: $bytes}]}}')
  ticket=$(ask 'mutation ($input: CreateUploadsInput!) { createUploads(input: $input) { id url } }' "$input" | jq '.createUploads[0]')
  curl -sSf -X PUT -H "content-type: $type" --data-binary "@$photo" "$(echo "$ticket" | jq -r .url)" >/dev/null
  ask 'mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { failures { message } } }' "$(echo "$ticket" | jq '{ids: [.id]}')" |
    jq -r --arg name "$(basename "$photo")" '.completeUploads.failures[] | "\($name): \(.message)"' >&2
  echo "uploaded $(basename "$photo")"
done

job=$(ask 'mutation ($code: String!) { submitJob(input: { mode: BATCH, skus: [$code] }) { id } }' "$(jq -n --arg code "$code" '{code: $code}')" | jq '{id: .submitJob.id}')
while :; do
  state=$(ask 'query ($id: ID!) { job(id: $id) { finishedAt progress { total succeeded failed } } }' "$job" | jq .job)
  echo "$state" | jq -r '.progress | "\(.succeeded) of \(.total) done, \(.failed) failed"'
  [ "$(echo "$state" | jq -r .finishedAt)" = null ] || break
  sleep 1
done

link=$(ask 'mutation ($code: String!) { createDownload(input: { skus: [$code] }) { url } }' "$(jq -n --arg code "$code" '{code: $code}')" | jq -r .createDownload.url)
curl -sSf -o "$archive" "$link"
echo "the results are in $archive"
