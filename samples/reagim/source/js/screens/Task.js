const api = require('../api');
const events = require('../events');
const {element, modules} = require('../native');

const task = {taskId: 'task-1', title: 'Komento postimin e ditës', points: 10};

module.exports = function Task(person, words) {
  function onProof() {
    return modules()
      .Screenshots.newest()
      .then(picture => api.proof(person.userId, task.taskId, picture))
      .then(() => {
        task.completed = true;
        events.record('proof', {userId: person.userId, taskId: task.taskId});
        return words.done;
      });
  }

  return element(
    'View',
    {name: 'Task'},
    element('Text', {}, task.title),
    element('Button', {id: 'upload_proof', onPress: onProof}, words.proof),
  );
};
