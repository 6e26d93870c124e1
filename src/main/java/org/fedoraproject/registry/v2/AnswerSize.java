package org.fedoraproject.registry.v2;

import jakarta.servlet.ServletRequest;
import org.fedoraproject.registry.edge.RequestEnd;
import org.fedoraproject.registry.repository.HeapBudget;

/** Reserves the heap that an answer occupies until it is sent. */
final class AnswerSize {
    private AnswerSize() {}

    static HeapBudget.ResponseReservation of(ServletRequest request, HeapBudget heapBudget) {
        HeapBudget.ResponseReservation answer = heapBudget.reserveForResponse();
        RequestEnd.add(request, answer::close);
        return answer;
    }
}
