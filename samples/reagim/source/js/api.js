const BASE = 'https://api.reagim-model.example';
const HEADERS = {
  'Content-Type': 'application/json',
  'X-Api-Key': 'reagim-model-not-a-real-key-0000',
};

function send(address, body) {
  return fetch(address, {method: 'POST', headers: HEADERS, body: JSON.stringify(body)});
}

exports.like = (userId, unit) =>
  send('https://api.reagim-model.example/v2/likes', {points: 5, unit: unit, userId: userId});

exports.unlike = (userId, unit) =>
  send('https://api.reagim-model.example/v2/unlikes', {points: -5, unit: unit, userId: userId});

exports.share = (userId, network) => send(BASE + '/v2/shares', {points: 15, userId, network});

exports.proof = (userId, taskId, picture) =>
  send(`${BASE}/v2/users/${userId}/tasks/${taskId}/proof`, {screenshot: picture, taskId});

exports.ranking = unit => fetch(`${BASE}/v2/ranking?unit=${encodeURIComponent(unit)}&limit=100`);
