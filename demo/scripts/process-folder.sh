#!/bin/sh
# Processes a folder of photos as one SKU and downloads the results, by curl and jq: ./process-folder.sh PHOTOS CODE [RESULTS.zip]
set -eu
folder=${1:?PHOTOS, the folder} code=${2:?CODE, the SKU} archive=${3:-results.zip}
url=${IMAGE_STUDIO_URL:-http://localhost:4000/graphql}
key=${IMAGE_STUDIO_KEY:-$(cat .data/api-key)}

# ask QUERY VARIABLES: sets `answer` to the data, or stops with the API's own words. No pipe hides its failure: it is called by itself.
ask() {
  answer=$(jq -n --arg query "$1" --argjson variables "$2" '{query: $query, variables: $variables}' |
    curl -sS "$url" -H "authorization: Bearer $key" -H 'content-type: application/json' -d @-) || exit 1
  answer=$(printf '%s' "$answer" | jq -e 'if .errors then (.errors | map(.message) | join("\n") | halt_error(1)) else .data end') || exit 1
}

found=0
for photo in "$folder"/*; do
  case $(printf '%s' "$photo" | tr '[:upper:]' '[:lower:]') in
    *.jpg | *.jpeg) type=image/jpeg ;;
    *.png) type=image/png ;;
    *.webp) type=image/webp ;;
    *.avif) type=image/avif ;;
    *.tif | *.tiff) type=image/tiff ;;
    *.gif) type=image/gif ;;
    *) continue ;;
  esac
  [ -f "$photo" ] || continue
  found=$((found + 1))
  input=$(jq -n --arg sku "$code" --arg name "$(basename "$photo")" --arg type "$type" --argjson bytes "$(wc -c <"$photo")" \
    '{input: {sku: $sku, files: [{name: $name, mimeType: $type, bytes: $bytes}]}}')
  ask 'mutation ($input: CreateUploadsInput!) { createUploads(input: $input) { id url } }' "$input"
  ticket=$(printf '%s' "$answer" | jq '.createUploads[0]')
  curl -sSf -X PUT -H "content-type: $type" --data-binary "@$photo" "$(echo "$ticket" | jq -r .url)" >/dev/null
  ask 'mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { failures { message } } }' "$(echo "$ticket" | jq '{ids: [.id]}')"
  refusal=$(printf '%s' "$answer" | jq -r '.completeUploads.failures[].message')
  if [ -n "$refusal" ]; then echo "$(basename "$photo"): $refusal" >&2; else echo "uploaded $(basename "$photo")"; fi
done
if [ "$found" = 0 ]; then
  echo "There are no photos in $folder." >&2
  exit 1
fi

sku=$(jq -n --arg code "$code" '{code: $code}')
# Run again, it goes on: what is finished is only fetched.
ask 'query ($code: String!) { pairs(first: 1, filter: { sku: $code, status: [WAITING] }) { totalCount } }' "$sku"
if [ "$(printf '%s' "$answer" | jq .pairs.totalCount)" != 0 ]; then
  ask 'mutation ($code: String!) { submitJob(input: { mode: BATCH, skus: [$code] }) { id } }' "$sku"
  job=$(printf '%s' "$answer" | jq '{id: .submitJob.id}')
  while :; do
    ask 'query ($id: ID!) { job(id: $id) { finishedAt progress { total succeeded failed } } }' "$job"
    printf '%s' "$answer" | jq -r '.job.progress | "\(.succeeded) of \(.total) done, \(.failed) failed"'
    [ "$(printf '%s' "$answer" | jq -r .job.finishedAt)" = null ] || break
    sleep 1
  done
fi

ask 'mutation ($code: String!) { createDownload(input: { skus: [$code] }) { url } }' "$sku"
curl -sSf -o "$archive" "$(printf '%s' "$answer" | jq -r .createDownload.url)"
echo "the results are in $archive"
